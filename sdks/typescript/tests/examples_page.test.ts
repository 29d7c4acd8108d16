import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

test('what the page of the examples prints stands in their files, which other tests run', async () => {
  const page = await readFile('../../docs/sdks/examples.md', 'utf8');
  const printed = [...page.matchAll(/^From \[`([^`]+)`\]\(\.\.\/\.\.\/\1\):\n\n```\w+\n([\s\S]*?)^```$/gm)];
  expect(printed.length).toBe([...page.matchAll(/^```\w+$/gm)].length);
  expect(printed.length).toBe(8);
  for (const [, file, code] of printed) expect(await readFile(`../../${file}`, 'utf8'), file).toContain(code);
});

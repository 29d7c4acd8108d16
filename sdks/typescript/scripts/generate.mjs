// Writes src/generated/openapi.ts from api/openapi.json: the schemas as types, and what each operation takes and gives.
// With --check it writes nothing and fails when the checked-in file differs.
import { readFile, writeFile } from 'node:fs/promises';

const source = new URL('../../../api/openapi.json', import.meta.url);
const target = new URL('../src/generated/openapi.ts', import.meta.url);

const named = (schema) => schema.$ref.split('/').at(-1);
const quoted = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);

function type(schema, indent = '') {
  if (!schema || Object.keys(schema).length === 0) return 'unknown';
  if (schema.$ref) return named(schema);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  for (const [word, sign] of [
    ['allOf', ' & '],
    ['oneOf', ' | '],
    ['anyOf', ' | '],
  ]) {
    if (schema[word]) return schema[word].map((part) => type(part, indent)).join(sign);
  }
  if (Array.isArray(schema.type)) {
    return schema.type.map((one) => type({ ...schema, type: one }, indent)).join(' | ');
  }
  switch (schema.type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array': {
      const item = type(schema.items, indent);
      return / [|&] /.test(item) ? `(${item})[]` : `${item}[]`;
    }
    case 'object':
      return members(schema, indent);
    default:
      return 'unknown';
  }
}

function members(schema, indent) {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return 'Record<string, unknown>';
  const required = new Set(schema.required ?? []);
  const inner = `${indent}  `;
  const lines = properties.map(
    ([name, property]) =>
      `${comment(property.description, inner)}${inner}${quoted(name)}${required.has(name) ? '' : '?'}: ${type(property, inner)};`,
  );
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function comment(text, indent = '') {
  if (!text) return '';
  const lines = text.trim().replaceAll('*/', '* /').split('\n');
  return lines.length === 1
    ? `${indent}/** ${lines[0]} */\n`
    : `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

function parameters(operation, shared, place) {
  const found = [...(shared ?? []), ...(operation.parameters ?? [])].filter((one) => one.in === place);
  if (found.length === 0) return 'never';
  const lines = found.map(
    (one) =>
      `${comment(one.description, '      ')}      ${quoted(one.name)}${one.required ? '' : '?'}: ${type(one.schema, '      ')};`,
  );
  return `{\n${lines.join('\n')}\n    }`;
}

function body(operation) {
  const content = operation.requestBody?.content;
  if (!content) return 'never';
  const schema = Object.values(content)[0].schema;
  const choices = schema.oneOf?.filter((one) => one.type !== 'null').map((one) => type(one));
  const name = choices ? choices.join(' | ') : type(schema);
  return operation.requestBody.required && !schema.oneOf?.some((one) => one.type === 'null')
    ? name
    : `${name} | undefined`;
}

function answer(operation) {
  const [status, response] = Object.entries(operation.responses).find(([code]) => /^[23]/.test(code)) ?? [];
  if (!response) return 'unknown';
  if (status === '204') return 'void';
  const [kind, content] = Object.entries(response.content ?? {})[0] ?? [];
  if (!kind) return status.startsWith('3') ? 'void' : 'unknown';
  return type(content.schema);
}

export function generate(document) {
  const out = ['// Written by `npm run generate` from api/openapi.json; changes here are lost.\n'];
  for (const [name, schema] of Object.entries(document.components.schemas).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    const plain = schema.type === 'object' && schema.properties;
    out.push(
      `${comment(schema.description)}export ${plain ? `interface ${name} ${members(schema, '')}` : `type ${name} = ${type(schema)};`}\n`,
    );
  }
  out.push('/** What each operation takes and gives, by method and path. */\nexport interface Operations {');
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (method === 'parameters') continue;
      out.push(
        comment(operation.summary, '  ') +
          [
            `  '${method.toUpperCase()} ${path}': {`,
            `    path: ${parameters(operation, item.parameters, 'path')};`,
            `    query: ${parameters(operation, item.parameters, 'query')};`,
            `    body: ${body(operation)};`,
            `    answer: ${answer(operation)};`,
            '  };',
          ].join('\n'),
      );
    }
  }
  out.push('}\n');
  return out.join('\n');
}

const text = generate(JSON.parse(await readFile(source, 'utf8')));
if (process.argv.includes('--check')) {
  const present = await readFile(target, 'utf8').catch(() => '');
  if (present !== text) {
    console.error(
      'src/generated/openapi.ts does not match api/openapi.json; run `npm run generate` and review it.',
    );
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}

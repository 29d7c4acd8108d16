import { useState } from 'react';
import { Form } from './form.js';
import { useJanuaContext } from './provider.js';

/** Recovery codes, shown this once; it goes on when somebody says that they have kept them. */
export function RecoveryCodes(props: { codes: string[]; onDone(): Promise<unknown>; within?: string }) {
  const { codes, onDone, within } = props;
  const { texts } = useJanuaContext('<RecoveryCodes>');
  const [copied, setCopied] = useState(false);
  return (
    <Form
      title={texts.recoveryTitle}
      within={within}
      submit={texts.done}
      texts={texts}
      onSubmit={onDone}
      more={(run) => (
        <button
          className="janua-secondary"
          type="button"
          onClick={() =>
            run(async () => {
              await navigator.clipboard.writeText(codes.join('\n'));
              setCopied(true);
            })
          }
        >
          {texts.copy}
        </button>
      )}
    >
      <p>{texts.recoveryHint}</p>
      <ul className="janua-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p className="janua-done" role="status">
        {copied && texts.copied}
      </p>
    </Form>
  );
}

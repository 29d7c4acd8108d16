import { useId, useState } from 'react';
import { useJanuaContext } from './provider.js';
import { useTask } from './task.js';
import { fill } from './texts/index.js';

/** Says that a mail is on its way, and sends another. */
export function MailSent(props: {
  text: string;
  email: string;
  sendAgain(): Promise<unknown>;
  onBack?(): void;
}) {
  const { text, email, sendAgain, onBack } = props;
  const { texts } = useJanuaContext('<MailSent>');
  const { busy, failure, run } = useTask(texts);
  const [sent, setSent] = useState(false);
  const heading = useId();
  const again = async () => {
    setSent(false);
    if (await run(sendAgain)) setSent(true);
  };
  return (
    <section className="janua janua-form" aria-labelledby={heading}>
      <h2 id={heading}>{texts.checkMail}</h2>
      <p role="status">{sent ? texts.sentAgain : fill(text, { email })}</p>
      <p className="janua-failure" role="alert">
        {failure}
      </p>
      <div className="janua-actions">
        <button className="janua-secondary" type="button" disabled={busy} onClick={() => void again()}>
          {busy ? texts.wait : texts.sendAgain}
        </button>
        {onBack && (
          <button className="janua-quiet" type="button" onClick={onBack}>
            {texts.back}
          </button>
        )}
      </div>
    </section>
  );
}

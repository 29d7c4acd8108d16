import { type ReactNode, useId, useState } from 'react';
import { useJanuaContext } from '../provider.js';
import { useTask } from '../task.js';

/** One part of the profile, under its name. */
export function Section({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useId();
  return (
    <section className="janua-section" aria-labelledby={heading}>
      <h3 id={heading}>{title}</h3>
      <div className="janua-section-body">{children}</div>
    </section>
  );
}

/** A button that asks once more before it does what cannot be undone. */
export function ConfirmButton(props: {
  label: string;
  /** What is told to those who cannot see what the button stands beside. */
  of?: string;
  question: string;
  onConfirm(): Promise<unknown>;
}) {
  const { label, of, question, onConfirm } = props;
  const { texts } = useJanuaContext('<UserProfile>');
  const { busy, failure, run } = useTask(texts);
  const [asks, setAsks] = useState(false);
  const name = of && `${label}: ${of}`;
  if (!asks) {
    return (
      <button className="janua-quiet" type="button" aria-label={name} onClick={() => setAsks(true)}>
        {label}
      </button>
    );
  }
  return (
    <fieldset className="janua-question" aria-label={name ?? label}>
      <p>{question}</p>
      <p className="janua-failure" role="alert">
        {failure}
      </p>
      <div className="janua-row">
        <button
          // biome-ignore lint/a11y/noAutofocus: the button that was pressed has gone, and with it the focus.
          autoFocus
          className="janua-danger"
          type="button"
          disabled={busy}
          onClick={async () => (await run(onConfirm)) && setAsks(false)}
        >
          {busy ? texts.wait : label}
        </button>
        <button className="janua-quiet" type="button" onClick={() => setAsks(false)}>
          {texts.cancel}
        </button>
      </div>
    </fieldset>
  );
}

/** A button that does something at once, and tells when that fails. */
export function TaskButton(props: { label: string; of?: string; onPress(): Promise<unknown> }) {
  const { label, of, onPress } = props;
  const { texts } = useJanuaContext('<UserProfile>');
  const { busy, failure, run } = useTask(texts);
  return (
    <>
      <button
        className="janua-secondary"
        type="button"
        aria-label={of && `${label}: ${of}`}
        disabled={busy}
        onClick={() => void run(onPress)}
      >
        {busy ? texts.wait : label}
      </button>
      <p className="janua-failure" role="alert">
        {failure}
      </p>
    </>
  );
}

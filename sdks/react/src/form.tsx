import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type Texts, tell } from './texts.js';

/** One field with its label. */
export function Field(props: {
  label: string;
  hint?: string;
  name: string;
  type?: string;
  autoComplete?: string;
  inputMode?: 'numeric' | 'email' | 'text';
  focus?: boolean;
}) {
  const { label, hint, focus, ...input } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);
  return (
    <div className="janua-field">
      <label htmlFor={id}>{label}</label>
      <input id={id} ref={field} required aria-describedby={hint ? `${id}-hint` : undefined} {...input} />
      {hint && (
        <p className="janua-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** A form that waits for what it has begun, and tells when that fails. */
export function Form(props: {
  title: string;
  submit: string;
  texts: Texts;
  onSubmit(values: Record<string, string>): Promise<void>;
  children?: ReactNode;
  /** More to do than to submit; what `run` is given counts as the form's own doing. */
  more?(run: (task: () => Promise<void>) => void): ReactNode;
}) {
  const { title, submit, texts, onSubmit, children, more } = props;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const heading = useId();
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const run = async (task: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    try {
      await task();
    } catch (error) {
      if (here.current) setFailure(tell(error, texts));
    } finally {
      if (here.current) setBusy(false);
    }
  };
  const submitted = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const values: Record<string, string> = {};
    for (const [name, value] of new FormData(event.currentTarget)) values[name] = String(value);
    void run(() => onSubmit(values));
  };
  return (
    <form className="janua-form" aria-labelledby={heading} aria-busy={busy} onSubmit={submitted}>
      <h2 id={heading}>{title}</h2>
      <p className="janua-failure" role="alert">
        {failure}
      </p>
      {children}
      <button className="janua-primary" type="submit" disabled={busy}>
        {busy ? texts.wait : submit}
      </button>
      {more?.((task) => void run(task))}
    </form>
  );
}

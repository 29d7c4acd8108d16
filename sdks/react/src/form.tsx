import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { FieldProblems } from './field.js';
import { useTask } from './task.js';
import type { Texts } from './texts/index.js';

/** What a form is told. */
export interface FormProps {
  title?: string;
  submit: string;
  texts: Texts;
  onSubmit(values: Record<string, string>): Promise<unknown>;
  children?: ReactNode;
  /** More to do than to submit; what `run` is given counts as the form's own doing. */
  more?(run: (task: (values: Record<string, string>) => Promise<unknown>) => void): ReactNode;
  /** Stands within something that has a title and a frame already; names the form. */
  within?: string;
  /** Whether the fields are emptied when it went well. */
  empties?: boolean;
}

/** A form that waits for what it has begun, and tells when that fails. */
export function Form(props: FormProps) {
  const { title, submit, texts, onSubmit, children, more, within, empties } = props;
  const { busy, failure, problems, run } = useTask(texts);
  const heading = useId();
  const form = useRef<HTMLFormElement>(null);
  const firstProblem = Object.keys(problems)[0];
  useEffect(() => {
    if (firstProblem) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [firstProblem]);
  const start = async (task: (values: Record<string, string>) => Promise<unknown>) => {
    const values: Record<string, string> = {};
    for (const [name, value] of new FormData(form.current!)) values[name] = String(value);
    const hasField = (name: string) => form.current?.elements.namedItem(name) != null;
    if ((await run(() => task(values), hasField)) && empties) form.current?.reset();
  };
  const submitted = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // A form in a dialog stands, for React, in the form that has opened it.
    event.stopPropagation();
    void start(onSubmit);
  };
  return (
    <form
      ref={form}
      className={within ? 'janua-inner-form' : 'janua janua-form'}
      {...(within ? { 'aria-label': within } : { 'aria-labelledby': heading })}
      aria-busy={busy}
      onSubmit={submitted}
    >
      {!within && <h2 id={heading}>{title}</h2>}
      <p className="janua-failure" role="alert">
        {failure}
      </p>
      <FieldProblems.Provider value={problems}>{children}</FieldProblems.Provider>
      <div className="janua-actions">
        <button className="janua-primary" type="submit" disabled={busy}>
          {busy ? texts.wait : submit}
        </button>
        {more?.((task) => void start(task))}
      </div>
    </form>
  );
}

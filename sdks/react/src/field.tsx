import { createContext, useContext, useEffect, useId, useRef, useState } from 'react';
import { useJanuaContext } from './provider.js';

/** What is wrong with the fields of the form around, by their names. */
export const FieldProblems = createContext<Record<string, string>>({});

/** What a field is told. */
export interface FieldProps {
  label: string;
  hint?: string;
  name: string;
  type?: 'text' | 'email' | 'password';
  autoComplete?: string;
  inputMode?: 'numeric' | 'email' | 'text';
  defaultValue?: string;
  maxLength?: number;
  focus?: boolean;
  optional?: boolean;
}

/** One field with its label, what to know of it, and what is wrong with it. */
export function Field({ label, hint, focus, optional, type = 'text', ...input }: FieldProps) {
  const { texts } = useJanuaContext('<Field>');
  const problem = useContext(FieldProblems)[input.name];
  const [shown, setShown] = useState(false);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ');
  const control = (
    <input
      id={id}
      ref={field}
      type={shown ? 'text' : type}
      required={!optional}
      aria-invalid={problem ? true : undefined}
      aria-describedby={described || undefined}
      {...(type === 'text' ? {} : { autoCapitalize: 'none', spellCheck: false })}
      {...input}
    />
  );
  return (
    <div className="janua-field">
      <label htmlFor={id}>
        {label}
        {optional && <span className="janua-optional"> ({texts.optional})</span>}
      </label>
      {type === 'password' ? (
        <div className="janua-secret">
          {control}
          <button
            type="button"
            className="janua-quiet"
            aria-controls={id}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {shown ? texts.hide : texts.show}
          </button>
        </div>
      ) : (
        control
      )}
      {hint && (
        <p className="janua-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem && (
        <p className="janua-problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

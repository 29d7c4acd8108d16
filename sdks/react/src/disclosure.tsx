import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';

/** A button that shows and hides what belongs to it: Escape and a click elsewhere hide it again. */
export function Disclosure(props: {
  /** Names the button, where what it shows does not. */
  label?: string;
  /** What the button shows. */
  button: ReactNode;
  buttonClass: string;
  children(close: () => void): ReactNode;
}) {
  const { label, button, buttonClass, children } = props;
  const [open, setOpen] = useState(false);
  const [side, setSide] = useState<'start' | 'end'>('start');
  const whole = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useId();
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (!whole.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', elsewhere);
    return () => document.removeEventListener('pointerdown', elsewhere);
  }, [open]);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const toggle = () => {
    // It opens towards the side where there is more room.
    const { left, right } = opener.current!.getBoundingClientRect();
    const isLeft = left + right < document.documentElement.clientWidth;
    const rightToLeft = getComputedStyle(opener.current!).direction === 'rtl';
    setSide(isLeft === rightToLeft ? 'end' : 'start');
    setOpen(!open);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && open) close();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the panel from wherever the focus is in it.
    <div className="janua janua-disclosure" ref={whole} onKeyDown={pressed}>
      <button
        ref={opener}
        className={buttonClass}
        type="button"
        aria-label={label}
        aria-expanded={open}
        aria-controls={open ? panel : undefined}
        onClick={toggle}
      >
        {button}
      </button>
      {open && (
        <div className="janua-panel" id={panel} data-side={side}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useAuth } from './hooks.js';
import { useJanuaContext } from './provider.js';
import { tell } from './texts.js';

/** What stands in the menu of whoever is signed in. */
export interface UserButtonProps {
  /** More entries: links and buttons of your own. */
  children?: ReactNode;
  /** Called when somebody has signed out. */
  onSignedOut?(): void;
}

/** A button with the initials of whoever is signed in; it opens a menu to sign out. Shows nothing while nobody is. */
export function UserButton({ children, onSignedOut }: UserButtonProps) {
  const { texts } = useJanuaContext('<UserButton>');
  const { user, signOut } = useAuth();
  const [open, setOpen] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useId();
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (!whole.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', elsewhere);
    return () => document.removeEventListener('pointerdown', elsewhere);
  }, [open]);
  if (!user) return null;

  const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
  const initials = (name || user.email)
    .split(/\s+/)
    .map((word) => [...word][0]?.toUpperCase())
    .slice(0, 2)
    .join('');
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    setOpen(false);
    button.current?.focus();
  };
  const leave = async () => {
    try {
      await signOut();
      onSignedOut?.();
    } catch (error) {
      setFailure(tell(error, texts));
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the menu from wherever the focus is in it.
    <div className="janua-user" ref={whole} onKeyDown={close}>
      <button
        ref={button}
        className="janua-avatar"
        type="button"
        aria-label={`${texts.account}: ${name || user.email}`}
        aria-expanded={open}
        aria-controls={open ? menu : undefined}
        onClick={() => setOpen(!open)}
      >
        {initials}
      </button>
      {open && (
        <div className="janua-menu" id={menu}>
          {name && <strong>{name}</strong>}
          <span>{user.email}</span>
          {failure && <p role="alert">{failure}</p>}
          {children}
          <button className="janua-secondary" type="button" onClick={() => void leave()}>
            {texts.signOut}
          </button>
        </div>
      )}
    </div>
  );
}

import type { User } from '@janua/typescript-sdk';
import type { ReactNode } from 'react';
import { Disclosure } from './disclosure.js';
import { useAuth } from './hooks.js';
import { useJanuaContext } from './provider.js';
import { useTask } from './task.js';

/** What stands in the menu of whoever is signed in. */
export interface UserButtonProps {
  /** More entries: links and buttons of your own. */
  children?: ReactNode;
  /** Offers to look after the account, and calls this: show `<UserProfile>` then. */
  onManage?(): void;
  /** Called when somebody has signed out. */
  onSignedOut?(): void;
}

/** A button with the initials of whoever is signed in; it opens a menu to sign out. Shows nothing while nobody is. */
export function UserButton({ children, onManage, onSignedOut }: UserButtonProps) {
  const { texts } = useJanuaContext('<UserButton>');
  const { user, signOut } = useAuth();
  const { busy, failure, run } = useTask(texts);
  if (!user) return null;
  const name = fullName(user);
  const leave = async () => {
    await signOut();
    onSignedOut?.();
  };
  return (
    <Disclosure
      label={`${texts.account}: ${name || user.email}`}
      button={initials(name || user.email)}
      buttonClass="janua-avatar"
    >
      {(close) => (
        <>
          <div className="janua-who">
            {name && <strong>{name}</strong>}
            <span>{user.email}</span>
          </div>
          <p className="janua-failure" role="alert">
            {failure}
          </p>
          {children}
          {onManage && (
            <button
              className="janua-item"
              type="button"
              onClick={() => {
                close();
                onManage();
              }}
            >
              {texts.manageAccount}
            </button>
          )}
          <button className="janua-item" type="button" disabled={busy} onClick={() => void run(leave)}>
            {texts.signOut}
          </button>
        </>
      )}
    </Disclosure>
  );
}

export function fullName({ first_name, last_name }: User): string {
  return [first_name, last_name].filter(Boolean).join(' ');
}

export function initials(name: string): string {
  const words = name.split(/\s+/).slice(0, 2);
  return words.map((word) => [...word][0]?.toUpperCase()).join('');
}

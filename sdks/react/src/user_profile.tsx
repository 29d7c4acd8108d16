import { type ReactNode, useId } from 'react';
import { useUser } from './hooks.js';
import { Details } from './profile/details.js';
import { Devices } from './profile/devices.js';
import { Factors } from './profile/factors.js';
import { Passkeys } from './profile/passkeys.js';
import { Password } from './profile/password.js';
import { useProof } from './profile/proof.js';
import { useJanuaContext } from './provider.js';

/** What a profile is told. */
export interface UserProfileProps {
  /** Which parts to show, in that order; all of them unless given. */
  parts?: ('details' | 'password' | 'factors' | 'passkeys' | 'devices')[];
  /** More parts, of your own. */
  children?: ReactNode;
}

const allParts = ['details', 'password', 'factors', 'passkeys', 'devices'] as const;

/** Lets people look after their account: profile, password, second factors, passkeys, devices. Shows nothing while nobody is signed in. */
export function UserProfile({ parts = [...allParts], children }: UserProfileProps) {
  const { texts } = useJanuaContext('<UserProfile>');
  const { user } = useUser();
  const { prove, question } = useProof();
  const heading = useId();
  if (!user) return null;
  const shown = {
    details: <Details key={user.id} user={user} />,
    password: <Password key="password" user={user} />,
    factors: <Factors key="factors" prove={prove} />,
    passkeys: <Passkeys key="passkeys" prove={prove} />,
    devices: <Devices key="devices" />,
  };
  return (
    <section className="janua janua-profile" aria-labelledby={heading}>
      <h2 id={heading}>{texts.account}</h2>
      {parts.map((part) => shown[part])}
      {children}
      {question}
    </section>
  );
}

'use client';

import { SignIn, SignUp } from '@janua/react-sdk';
import { useState } from 'react';

/** The forms for whoever is not signed in. */
export function Door() {
  const [isNew, setIsNew] = useState(false);
  return isNew ? <SignUp onSignIn={() => setIsNew(false)} /> : <SignIn onSignUp={() => setIsNew(true)} />;
}

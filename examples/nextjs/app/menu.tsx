'use client';

import { UserButton } from '@janua/react-sdk';
import { useRouter } from 'next/navigation';

/** Leads to the account and out. */
export function Menu() {
  const router = useRouter();
  return <UserButton onManage={() => router.push('/account')} />;
}

import { JanuaProvider } from '@janua/react-sdk';
import '@janua/react-sdk/styles.css';
import type { Metadata } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { currentUser, JANUA } from '../lib/session';
import './app.css';
import { Menu } from './menu';
import { TokenCookie } from './token_cookie';

export const metadata: Metadata = { title: 'Notes' };

export default async function Layout({ children }: { children: ReactNode }) {
  const user = await currentUser();
  return (
    <html lang="en">
      <body>
        <JanuaProvider config={{ baseUrl: JANUA }} initialUser={user}>
          <TokenCookie known={user !== undefined} />
          <header>
            <h1>
              <Link href="/">Notes</Link>
            </h1>
            <Menu />
          </header>
          <main>{children}</main>
        </JanuaProvider>
      </body>
    </html>
  );
}

'use client';

import { useAuth } from '@janua/react-sdk';
import { type FormEvent, useCallback, useEffect, useState } from 'react';

/** Notes that each person keeps for themselves, from this application's own API. */
export function Notes() {
  const { getAccessToken } = useAuth();
  const [notes, setNotes] = useState<string[]>([]);
  const call = useCallback(
    async (init?: RequestInit) => {
      const headers = {
        authorization: `Bearer ${await getAccessToken()}`,
        'content-type': 'application/json',
      };
      const response = await fetch('/api/notes', { ...init, headers });
      if (response.ok) setNotes(await response.json());
    },
    [getAccessToken],
  );
  useEffect(() => void call(), [call]);
  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    await call({ method: 'POST', body: JSON.stringify({ text: new FormData(form).get('text') }) });
    form.reset();
  }
  return (
    <>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      <form onSubmit={add}>
        <label>
          Note <input name="text" required maxLength={1000} />
        </label>{' '}
        <button type="submit">Add</button>
      </form>
    </>
  );
}

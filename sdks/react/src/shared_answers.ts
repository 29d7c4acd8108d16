import type { JanuaError } from '@janua/typescript-sdk';

/** What the server has answered about whoever is signed in. */
export interface Answer<T> {
  data: T | null;
  isLoaded: boolean;
  error: JanuaError | null;
}

interface Entry {
  answer: Answer<unknown>;
  load: () => Promise<unknown>;
  holders: number;
  /** Of several questions at once the last one counts. */
  question: number;
}

const nothing: Answer<never> = { data: null, isLoaded: false, error: null };

/** Answers that several components show: each is asked for once, and a change is seen by all. */
export class SharedAnswers {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  read<T>(name: string | null): Answer<T> {
    return ((name && this.#entries.get(name)?.answer) || nothing) as Answer<T>;
  }

  /** Asks, unless somebody has, and keeps the answer until what this gives is called by all who hold it. */
  hold(name: string, load: () => Promise<unknown>): () => void {
    let entry = this.#entries.get(name);
    if (!entry) {
      entry = { answer: nothing, load, holders: 0, question: 0 };
      this.#entries.set(name, entry);
      void this.reload(name);
    }
    const held = entry;
    held.holders += 1;
    return () => {
      held.holders -= 1;
      if (held.holders === 0 && this.#entries.get(name) === held) this.#entries.delete(name);
    };
  }

  /** Asks again for all that is shown of these subjects; a name begins with its subject. */
  reloadAll(subjects: string[]): void {
    for (const name of this.#entries.keys()) {
      if (subjects.includes(name.split(' ')[0]!)) void this.reload(name);
    }
  }

  /** Asks again, if anybody shows it. */
  async reload(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    if (!entry) return;
    entry.question += 1;
    const { question } = entry;
    let answer: Answer<unknown>;
    try {
      answer = { data: await entry.load(), isLoaded: true, error: null };
    } catch (error) {
      answer = { ...entry.answer, error: error as JanuaError };
    }
    if (question !== entry.question) return;
    entry.answer = answer;
    for (const listener of this.#listeners) listener();
  }
}

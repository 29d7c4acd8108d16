import { useEffect, useRef, useState } from 'react';
import { type Texts, tell, tellFields } from './texts/index.js';

/** How something is going that was begun here. */
export interface Task {
  busy: boolean;
  failure: string | null;
  /** What is wrong with single fields, by their names. */
  problems: Record<string, string>;
  /** Does it, and gives whether it went well; while something is under way nothing else begins. */
  run(task: () => Promise<unknown>, hasField?: (name: string) => boolean): Promise<boolean>;
}

const idle = { busy: false, failure: null as string | null, problems: {} as Record<string, string> };

export function useTask(texts: Texts): Task {
  const [state, setState] = useState(idle);
  const here = useRef(false);
  const busy = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const run: Task['run'] = async (task, hasField = () => false) => {
    if (busy.current) return false;
    busy.current = true;
    setState({ ...idle, busy: true });
    let ended = idle;
    try {
      await task();
      return true;
    } catch (error) {
      if (error instanceof GivenUp) return false;
      const told = Object.entries(tellFields(error, texts));
      const problems = Object.fromEntries(told.filter(([name]) => hasField(name)));
      const failure = Object.keys(problems).length > 0 ? null : (told[0]?.[1] ?? tell(error, texts));
      ended = { busy: false, failure, problems };
      return false;
    } finally {
      busy.current = false;
      if (here.current) setState(ended);
    }
  };
  return { ...state, run };
}

/** Somebody has thought better of it: nothing went wrong. */
export class GivenUp extends Error {}

import { useSessions } from '../hooks.js';
import { useJanuaContext } from '../provider.js';
import { fill, when } from '../texts/index.js';
import { Section, TaskButton } from './section.js';

/** Where somebody is signed in, and how to end that. */
export function Devices() {
  const { texts } = useJanuaContext('<UserProfile>');
  const { sessions, isLoaded, revoke, revokeOthers } = useSessions();
  if (!isLoaded) return null;
  return (
    <Section title={texts.devices}>
      <ul className="janua-things">
        {sessions.map(({ id, device, ip, is_current, last_activity_at }) => (
          <li key={id}>
            <span className="janua-thing">
              {device || texts.unknownDevice}{' '}
              {is_current && <span className="janua-tag">{texts.thisDevice}</span>}
              <span className="janua-hint">
                {ip} · {fill(texts.active, { time: when(last_activity_at, texts) })}
              </span>
            </span>
            {!is_current && (
              <TaskButton label={texts.endSession} of={`${device} ${ip}`} onPress={() => revoke(id)} />
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && <TaskButton label={texts.endOthers} onPress={revokeOthers} />}
    </Section>
  );
}

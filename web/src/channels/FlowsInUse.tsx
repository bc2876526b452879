import { Plural } from '@lingui/react/macro';
import { Link } from 'wouter';
import type { Schemas } from '@/api/client';
import { ApiError } from '@/api/problem';
import styles from './ChannelForm.module.css';

type FlowUse = Schemas['FlowUse'];

/** The published flows because of which the server asks before it stops a channel; undefined for any other error. */
export function flowsOf(error: unknown): FlowUse[] | undefined {
  if (!(error instanceof ApiError) || error.code !== 'channel_in_use') return undefined;
  return Array.isArray(error.body.flows) ? (error.body.flows as FlowUse[]) : [];
}

/** Names the published flows that use a channel, each a link to it. */
export function FlowsInUse({ flows }: { flows: FlowUse[] | undefined }) {
  if (!flows) return null;
  return (
    <div className={styles.warn} role="alert">
      <p>
        <Plural
          value={flows.length}
          one="A published flow sends through it:"
          other="# published flows send through it:"
        />
      </p>
      <ul>
        {flows.map((flow) => (
          <li key={flow.id}>
            <Link href={`/flows/${flow.id}`}>{flow.name}</Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

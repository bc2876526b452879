import { type Query, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { renew } from './renew';

/** What the server tells while it happens. */
export interface ServerEvents {
  run: { id: string; flow_id: string; status: string; node: string; visit: number; seq: number };
  phone: { message_id: string; recipient: string; channel_type: string; run_id: string };
  channel: { id: string; status: string };
  /** Some events were missed: read again what is on screen. */
  resync: Record<string, never>;
  /** Events are told from now on; those before went unheard. */
  begin: Record<string, never>;
}

type Handler = (data: never) => void;

/** The first wait before a refused connection is tried again; it doubles up to the longest. */
const firstRetryMs = 2_000;
const longestRetryMs = 30_000;

class EventHub {
  private handlers = new Map<string, Set<Handler>>();
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  open(url: string): void {
    const source = new EventSource(url);
    this.source = source;
    for (const name of ['run', 'phone', 'channel', 'resync'] as const) {
      source.addEventListener(name, (event) =>
        this.emit(name, JSON.parse((event as MessageEvent<string>).data)),
      );
    }
    source.addEventListener('open', () => {
      // A new source knows no last event id, so what came in between is read anew.
      this.emit(this.failures > 0 ? 'resync' : 'begin', {});
      this.failures = 0;
    });
    source.addEventListener('error', () => {
      // Browsers try again after a broken connection, but not after an answer such as 401 or 503.
      if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
      const wait = Math.min(firstRetryMs * 2 ** this.failures++, longestRetryMs);
      this.timer = setTimeout(() => this.open(url), wait);
    });
  }

  close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  on(name: string, handler: Handler): () => void {
    const handlers = this.handlers.get(name) ?? new Set();
    handlers.add(handler);
    this.handlers.set(name, handlers);
    return () => {
      handlers.delete(handler);
    };
  }

  private emit(name: string, data: unknown): void {
    for (const handler of this.handlers.get(name) ?? []) handler(data as never);
  }
}

/** What changes by itself all the time; whatever else is asked for at first is not asked for twice. */
const live = new Set<unknown>(['runs', 'phones', 'channels']);
const isLive = ({ queryKey }: Query) => live.has(queryKey[0]);

const HubContext = createContext<EventHub | undefined>(undefined);

/** Keeps one connection for the whole app; the browser opens it again by itself when it breaks. */
export function EventsProvider({ children }: { children: ReactNode }) {
  const [hub] = useState(() => new EventHub());
  const queries = useQueryClient();
  useEffect(() => {
    hub.open('/api/v1/events');
    const stops = [
      hub.on('resync', () => renew(queries, {})),
      hub.on('begin', () => renew(queries, { predicate: isLive })),
    ];
    return () => {
      for (const stop of stops) stop();
      hub.close();
    };
  }, [hub, queries]);
  return <HubContext value={hub}>{children}</HubContext>;
}

/** Calls the handler for every event of that name while the component is on screen. */
export function useServerEvent<Name extends keyof ServerEvents>(
  name: Name,
  handler: (data: ServerEvents[Name]) => void,
): void {
  const hub = useContext(HubContext);
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => hub?.on(name, (data) => latest.current(data)), [hub, name]);
}

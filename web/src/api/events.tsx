import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';

/** What the server tells while it happens. */
export interface ServerEvents {
  run: { id: string; flow_id: string; status: string; node: string; visit: number; seq: number };
  phone: { message_id: string; recipient: string; channel_type: string; run_id: string };
  channel: { id: string; status: string };
  /** Some events were missed: read again what is on screen. */
  resync: Record<string, never>;
}

type Handler = (data: never) => void;

class EventHub {
  private handlers = new Map<string, Set<Handler>>();
  private source: EventSource | undefined;

  open(url: string): void {
    const source = new EventSource(url);
    this.source = source;
    for (const name of ['run', 'phone', 'channel', 'resync'] as const) {
      source.addEventListener(name, (event) => this.emit(name, (event as MessageEvent<string>).data));
    }
  }

  close(): void {
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

  private emit(name: string, text: string): void {
    const data = JSON.parse(text) as never;
    for (const handler of this.handlers.get(name) ?? []) handler(data);
  }
}

const HubContext = createContext<EventHub | undefined>(undefined);

/** Keeps one connection for the whole app; the browser opens it again by itself when it breaks. */
export function EventsProvider({ children }: { children: ReactNode }) {
  const [hub] = useState(() => new EventHub());
  const queries = useQueryClient();
  useEffect(() => {
    hub.open('/api/v1/events');
    const stop = hub.on('resync', () => void queries.invalidateQueries());
    return () => {
      stop();
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

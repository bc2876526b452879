/** A place in this browser where values stay when the page goes: IndexedDB, or localStorage where that is missing. */
export interface LocalStore {
  put(table: LocalTable, key: string, value: unknown): Promise<void>;
  remove(table: LocalTable, key: string): Promise<void>;
  /** The values whose key begins with that, in the order of their keys. */
  list(table: LocalTable, prefix: string): Promise<unknown[]>;
}

/** Drafts that the server has not taken yet, and copies of drafts that gave way to others. */
export type LocalTable = 'drafts' | 'copies';

const database = 'sluice';
const version = 1;
const tables: LocalTable[] = ['drafts', 'copies'];

/** The store of this browser; undefined where a page may keep nothing. */
export function openLocalStore(): LocalStore | undefined {
  if (typeof indexedDB !== 'undefined') return new IndexedStore();
  try {
    localStorage.setItem('sluice.probe', '');
    localStorage.removeItem('sluice.probe');
    return new TextStore(localStorage);
  } catch {
    return undefined;
  }
}

class IndexedStore implements LocalStore {
  private opened: Promise<IDBDatabase> | undefined;

  async put(table: LocalTable, key: string, value: unknown): Promise<void> {
    await this.run(table, 'readwrite', (rows) => rows.put(value, key));
  }

  async remove(table: LocalTable, key: string): Promise<void> {
    await this.run(table, 'readwrite', (rows) => rows.delete(key));
  }

  async list(table: LocalTable, prefix: string): Promise<unknown[]> {
    return this.run(table, 'readonly', (rows) => rows.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
  }

  private async run<T>(
    table: LocalTable,
    mode: IDBTransactionMode,
    ask: (rows: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    const opened = await this.open();
    return new Promise((resolve, reject) => {
      const transaction = opened.transaction(table, mode);
      const request = ask(transaction.objectStore(table));
      // Only a transaction that is complete survives a crash.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('The browser kept nothing.'));
    });
  }

  private open(): Promise<IDBDatabase> {
    this.opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(database, version);
      request.onupgradeneeded = () => {
        for (const table of tables) request.result.createObjectStore(table);
      };
      request.onsuccess = () => {
        // Another tab with a newer page changes the tables: it must not wait for this one.
        request.result.onversionchange = () => {
          request.result.close();
          this.opened = undefined;
        };
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    }).catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }
}

/** Values as text in a Storage. */
export class TextStore implements LocalStore {
  constructor(private readonly storage: Storage) {}

  async put(table: LocalTable, key: string, value: unknown): Promise<void> {
    this.storage.setItem(name(table, key), JSON.stringify(value));
  }

  async remove(table: LocalTable, key: string): Promise<void> {
    this.storage.removeItem(name(table, key));
  }

  async list(table: LocalTable, prefix: string): Promise<unknown[]> {
    const keys = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index) ?? '');
    return keys
      .filter((key) => key.startsWith(name(table, prefix)))
      .sort()
      .map((key) => JSON.parse(this.storage.getItem(key) ?? 'null') as unknown);
  }
}

function name(table: LocalTable, key: string): string {
  return `${database}.${table}.${key}`;
}

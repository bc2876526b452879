/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** The way to a value inside a JSON value: object keys and list indexes. */
export type Path = readonly (string | number)[];

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at the path, or undefined when there is none. */
export function valueAt(root: Json | undefined, path: Path): Json | undefined {
  let value = root;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)];
    // Own members only: "constructor" is a key like any other.
    else if (isObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else return undefined;
  }
  return value;
}

/**
 * A copy of root with the value at the path replaced, sharing all that did not
 * change. Undefined removes an object's key. Objects that are missing on the
 * way are made; a value of another shape on the way is replaced.
 */
export function withValueAt(root: Json | undefined, path: Path, value: Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list = Array.isArray(root) ? [...root] : [];
    list[key] = withValueAt(list[key], rest, value) ?? null;
    return list;
  }
  const object = isObject(root) ? root : {};
  const child = withValueAt(Object.hasOwn(object, key) ? object[key] : undefined, rest, value);
  const { [key]: _, ...others } = object;
  if (child === undefined) return others;
  // Spreading onto the object keeps the order of the keys that are there.
  return Object.hasOwn(object, key) ? { ...object, [key]: child } : { ...others, [key]: child };
}

/** One text for one value, whatever order its keys are in: for comparing. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (!isObject(inner)) return inner;
    const sorted: JsonObject = {};
    for (const key of Object.keys(inner).sort()) {
      Object.defineProperty(sorted, key, { value: inner[key], enumerable: true });
    }
    return sorted;
  });
}

/** The reference tokens of an RFC 6901 JSON pointer. */
export function pointerTokens(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

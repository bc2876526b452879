/** An example flow that comes with Sluice. */
export interface Example {
  /** Its file's name. */
  file: string;
  name: string;
  description: string;
  definition: Record<string, unknown>;
}

// The same files that the command line runs; loaded when somebody asks for them.
const files = import.meta.glob<Record<string, unknown>>('../../../examples/*.json', { import: 'default' });

export const hasExamples = Object.keys(files).length > 0;

/** Loads the examples, by name. Files beside them that are no flows (scenarios) are left out. */
export async function loadExamples(): Promise<Example[]> {
  const loaded = await Promise.all(
    Object.entries(files).map(async ([path, load]) => asExample(path.split('/').pop() ?? path, await load())),
  );
  return loaded.filter((example) => example !== undefined).sort((a, b) => a.name.localeCompare(b.name));
}

/** Reads a file's content as an example; undefined when it is no flow. */
export function asExample(file: string, content: Record<string, unknown>): Example | undefined {
  if (content.schema !== 'sluice/v1' || typeof content.name !== 'string') return undefined;
  const description = typeof content.description === 'string' ? content.description : '';
  return { file, name: content.name, description, definition: content };
}

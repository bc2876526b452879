/** Turns a machine's name that has no words of its own into some: "not_read" into "Not read". */
export function words(name: string): string {
  const spaced = name.replaceAll(/[_-]+/g, ' ').trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** Where to go after signing in: the place in the address when it is one of ours, else the flows. */
export function afterSignIn(search: string): string {
  const place = new URLSearchParams(search).get('after') ?? '';
  // "//host" and "/\host" lead away; the sign-in page itself leads nowhere.
  if (!/^\/(?![/\\])/.test(place) || /^\/(login|setup)(\/|\?|#|$)/.test(place)) return '/flows';
  return place;
}

/** After the next paint, moves to the first field of a form that was found wrong, so that it is in sight. */
export function focusInvalid(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid]')?.focus());
}

// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { type Box, beside } from './position';
import { readProgress, useTour } from './state';
import { anchorOf, type TourStep, tourSteps } from './steps';

const screen = { width: 1000, height: 700 };
const card = { width: 300, height: 180 };

describe('the place of the card', () => {
  it.each<[string, Box]>([
    ['at the left', { left: 20, top: 100, width: 100, height: 40 }],
    ['at the right', { left: 880, top: 100, width: 100, height: 40 }],
    ['at the bottom', { left: 400, top: 640, width: 400, height: 40 }],
    ['wide at the bottom', { left: 0, top: 600, width: 1000, height: 100 }],
    ['wide at the top', { left: 0, top: 0, width: 1000, height: 60 }],
  ])('never covers an element %s', (_, anchor) => {
    const { left, top } = beside(anchor, card, screen);
    const apart =
      left + card.width <= anchor.left ||
      left >= anchor.left + anchor.width ||
      top + card.height <= anchor.top ||
      top >= anchor.top + anchor.height;
    expect(apart).toBe(true);
  });
  it('is always on the screen', () => {
    for (let left = -400; left < 1400; left += 130)
      for (let top = -400; top < 1100; top += 130) {
        const at = beside({ left, top, width: 500, height: 500 }, card, screen);
        expect(at.left).toBeGreaterThanOrEqual(0);
        expect(at.top).toBeGreaterThanOrEqual(0);
        expect(at.left + card.width).toBeLessThanOrEqual(screen.width);
        expect(at.top + card.height).toBeLessThanOrEqual(screen.height);
      }
  });
});

describe('progress', () => {
  beforeEach(() => {
    localStorage.clear();
    useTour.setState({ status: 'new', step: 0, flow: '' });
  });
  it('outlives a reload, is resumed where it was left, and can begin anew', () => {
    useTour.getState().start();
    useTour.getState().setFlow('f1');
    useTour.getState().goTo(3);
    useTour.getState().dismiss();
    expect(readProgress(localStorage.getItem('sluice.tour'))).toEqual({
      status: 'dismissed',
      step: 3,
      flow: 'f1',
    });
    useTour.getState().resume();
    expect(useTour.getState()).toMatchObject({ status: 'running', step: 3 });
    useTour.getState().start();
    expect(useTour.getState()).toMatchObject({ status: 'running', step: 0, flow: '' });
  });
  it.each([null, '', '{', '[]', '{"status":"odd"}', 'null'])('reads %j as nothing kept', (text) => {
    expect(readProgress(text)).toEqual({ status: 'new', step: 0, flow: '' });
  });
});

describe('the steps', () => {
  const place = (address: string, flow = 'f1') => {
    const { pathname, search } = new URL(address, 'http://x');
    return { path: pathname, search, flow };
  };
  const step = (id: string) => tourSteps.find((other) => other.id === id) as TourStep;
  it('each fit at their home', () => {
    for (const each of tourSteps) {
      if (each.id === 'watch') continue; // The run's own address is not known before it exists.
      const { pathname } = new URL(each.home(place('/')), 'http://x');
      expect(each.fits({ path: pathname, search: '', flow: 'f1' }), each.id).toBe(true);
    }
  });
  it.each([
    ['choose', '/gallery', false],
    ['choose', '/gallery/delivery-notice', true],
    ['take', '/gallery/delivery-notice', false],
    ['take', '/flows/f1', true],
    ['node', '/flows/f1', false],
    ['node', '/flows/f1?node=whatsapp', true],
    ['try', '/flows/f1?try=1', true],
    ['run', '/flows/f1', false],
    ['run', '/runs/r1', true],
  ])('%s at %s is done: %s', (id, address, done) => {
    expect(step(id).done(place(address), document)).toBe(done);
  });
  it('do without an element that is not there', () => {
    for (const each of tourSteps) expect(anchorOf(each, document)).toBeUndefined();
  });
});

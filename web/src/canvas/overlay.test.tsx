import { act, cleanup, render } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createOverlay,
  type Overlay,
  OverlayContext,
  portKey,
  useLineTone,
  useNodeMark,
  useNodeTone,
  useOverlayOf,
  usePortMark,
} from './overlay';

afterEach(cleanup);

/** Shows what the card, port and line of a node read, and how often they were drawn. */
function Probe({ node }: { node: string }) {
  const drawn = useRef(0);
  drawn.current++;
  const mark = useNodeMark(node);
  const seen = [useNodeTone(node), mark.badge, usePortMark(node, 'next')?.label, useLineTone(node, 'next')];
  return <p data-testid={node}>{`${drawn.current} ${seen.map((value) => value ?? '-').join(' ')}`}</p>;
}

describe('the overlay', () => {
  it('draws only the nodes whose marks differ', () => {
    const store = createOverlay();
    const { getByTestId } = render(
      <OverlayContext value={store}>
        <Probe node="a" />
        <Probe node="b" />
      </OverlayContext>,
    );
    const shows = (overlay: Overlay) => act(() => store.getState().show(overlay));
    expect(getByTestId('a').textContent).toBe('1 - - - -');

    shows({ nodes: new Map([['a', { tone: 'visited', badge: '×2' }]]) });
    expect(getByTestId('a').textContent).toBe('2 visited ×2 - -');
    expect(getByTestId('b').textContent).toBe('1 - - - -');

    // An equal mark in a new overlay.
    shows({
      nodes: new Map([['a', { tone: 'visited', badge: '×2' }]]),
      ports: new Map([[portKey('b', 'next'), { label: '38 %', share: 0.38 }]]),
      lines: new Map([[portKey('b', 'next'), 'taken']]),
    });
    expect(getByTestId('a').textContent).toBe('2 visited ×2 - -');
    expect(getByTestId('b').textContent).toBe('2 - - 38 % taken');

    act(() => store.getState().clear());
    expect(getByTestId('a').textContent).toBe('3 - - - -');
    expect(getByTestId('b').textContent).toBe('3 - - - -');
  });

  it('mutes what is not named, and what is named without a tone', () => {
    const store = createOverlay({
      nodes: new Map([
        ['a', { tone: 'passed' }],
        ['b', { badge: 'New' }],
      ]),
      lines: new Map([[portKey('a', 'next'), 'taken']]),
      mutesOthers: true,
    });
    const { getByTestId } = render(
      <OverlayContext value={store}>
        <Probe node="a" />
        <Probe node="b" />
        <Probe node="c" />
      </OverlayContext>,
    );
    expect(getByTestId('a').textContent).toBe('1 passed - - taken');
    expect(getByTestId('b').textContent).toBe('1 muted New - muted');
    expect(getByTestId('c').textContent).toBe('1 muted - - muted');
  });

  it('follows the overlay that a canvas is given', () => {
    function Canvas({ overlay }: { overlay?: Overlay }) {
      return (
        <OverlayContext value={useOverlayOf(overlay)}>
          <Probe node="a" />
        </OverlayContext>
      );
    }
    const { getByTestId, rerender } = render(<Canvas overlay={{ mutesOthers: true }} />);
    expect(getByTestId('a').textContent).toMatch(/^\d muted/);
    rerender(<Canvas />);
    expect(getByTestId('a').textContent).toMatch(/^\d - - - -$/);
  });
});

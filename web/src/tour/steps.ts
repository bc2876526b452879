import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';

/** Where the tour is: the address, and the flow that it made. */
export interface TourPlace {
  path: string;
  search: string;
  flow: string;
}

export interface TourStep {
  id: string;
  title: MessageDescriptor;
  text: MessageDescriptor;
  /** The elements that it is about, the best one first. None of them need be there. */
  anchors: readonly string[];
  /** Whether the step can be done at this place; elsewhere the tour offers the way back. */
  fits(place: TourPlace): boolean;
  /** An address at which it can be done. */
  home(place: TourPlace): string;
  /** Whether it is done, by what the page shows. */
  done(place: TourPlace, page: Document): boolean;
  /** Done by reading it: the card has a button that goes on. */
  readOnly?: boolean;
}

const inEditor = ({ path, flow }: TourPlace) => path === `/flows/${flow}`;
const editor = ({ flow }: TourPlace) => (flow ? `/flows/${flow}` : '/gallery');
const isFlow = (path: string) => /^\/flows\/[^/]+$/.test(path);

/** From an empty workspace to a message on a phone. */
export const tourSteps: readonly TourStep[] = [
  {
    id: 'choose',
    title: msg`Choose a flow`,
    text: msg`The gallery has complete flows. Open “Delivery notice”: it sends by WhatsApp, and by Viber and SMS when that does not arrive.`,
    anchors: ['[data-tour="gallery-delivery-notice"]'],
    fits: ({ path }) => path === '/gallery',
    home: () => '/gallery',
    done: ({ path }) => path.startsWith('/gallery/') || isFlow(path),
  },
  {
    id: 'take',
    title: msg`Make it yours`,
    text: msg`Use this flow. You get a copy to change; channels that you do not have yet are added, simulated.`,
    anchors: ['[data-tour="use-flow"]'],
    fits: ({ path }) => path.startsWith('/gallery/'),
    home: () => '/gallery/delivery-notice',
    done: ({ path }) => isFlow(path),
  },
  {
    id: 'node',
    title: msg`Look at a node`,
    text: msg`Each card is a step; its rows are the ways on. Choose the WhatsApp card to see what it sends and how long it waits.`,
    anchors: ['.react-flow__node[data-id="whatsapp"]', '[data-row="node:whatsapp"]', '[data-row^="node:"]'],
    fits: inEditor,
    home: editor,
    done: ({ search }) => new URLSearchParams(search).has('node'),
  },
  {
    id: 'try',
    title: msg`Try it`,
    text: msg`Try plays the flow as it is on the screen, on phones in this window. Nothing is sent to anybody.`,
    anchors: ['[data-command="try"]', 'header button:has(.lucide-flask-conical)'],
    fits: inEditor,
    home: editor,
    done: ({ search }, page) => new URLSearchParams(search).has('try') || onPhone(page),
  },
  {
    id: 'start',
    title: msg`Begin with sample values`,
    text: msg`The fields are filled in from the first scenario. Start the try.`,
    anchors: ['[data-tour="start-try"]', 'aside form button[type="submit"]'],
    fits: inEditor,
    home: ({ flow }) => `/flows/${flow}?try=1`,
    done: (_, page) => onPhone(page),
  },
  {
    id: 'phone',
    title: msg`See it arrive`,
    text: msg`This is what the customer sees. Mark the message as delivered and the run goes on; or skip to the next timer, and Viber tries.`,
    anchors: ['[data-testid^="phone-"]'],
    fits: inEditor,
    home: ({ flow }) => `/flows/${flow}?try=1`,
    done: (_, page) => page.querySelector('[data-testid="try-standing"]:has(svg)') !== null,
    readOnly: true,
  },
  {
    id: 'publish',
    title: msg`Publish`,
    text: msg`Publishing makes a version that runs can use. Later changes stay in the draft until you publish again.`,
    anchors: ['[data-command="publish"]'],
    fits: inEditor,
    home: editor,
    done: (_, page) => page.querySelector('[data-published="true"]') !== null,
  },
  {
    id: 'run',
    title: msg`Run it`,
    text: msg`Now for one customer: press Run and give a phone number. Programs do the same through the API.`,
    anchors: ['[data-command="run"]'],
    fits: inEditor,
    home: editor,
    done: ({ path }) => path.startsWith('/runs/'),
  },
  {
    id: 'watch',
    title: msg`Watch the run`,
    text: msg`Here is its way over the canvas, every step with its values, and the phone. You have sent your first message.`,
    anchors: ['[data-testid^="phone-"]', '#content'],
    fits: ({ path }) => path.startsWith('/runs/'),
    home: () => '/runs',
    done: () => false,
    readOnly: true,
  },
];

function onPhone(page: Document): boolean {
  return page.querySelector('[data-testid="try-standing"]') !== null;
}

/** The first element of the page that the step is about and that can be seen. */
export function anchorOf(step: TourStep, page: Document): HTMLElement | undefined {
  for (const selector of step.anchors)
    for (const element of page.querySelectorAll<HTMLElement>(selector))
      if (element.getClientRects().length > 0) return element;
  return undefined;
}

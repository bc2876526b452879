import type { BoxGraph } from '@/flow-model';
import { arrangeBoxes } from './arrangeBoxes';

/** Answers one graph with its places. */
self.onmessage = ({ data }: MessageEvent<BoxGraph>) => self.postMessage(arrangeBoxes(data));

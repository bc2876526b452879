import type { BoxGraph, BoxPlaces } from '@/flow-model';

/**
 * Finds tidy places beside the page, which stays quick meanwhile. The worker and
 * dagre in it are loaded when they are first needed, and gone with the answer.
 */
export function arrangeInWorker(graph: BoxGraph): Promise<BoxPlaces> {
  const worker = new Worker(new URL('./arrange.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<BoxPlaces>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<BoxPlaces>) => resolve(data);
    worker.onerror = (event) => {
      // The error itself stays in the worker; what is left is its message.
      reject(new Error(event.message || 'The part that tidies flows could not be loaded.'));
    };
    worker.postMessage(graph);
  }).finally(() => worker.terminate());
}

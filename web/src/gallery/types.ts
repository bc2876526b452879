import type { Schemas } from '@/api/client';

/** A complete flow to begin with, as the list of them describes it. */
export type GalleryFlow = Schemas['GalleryFlow'];
export type GalleryFlowDetail = Schemas['GalleryFlowDetail'];
export type Category = GalleryFlow['categories'][number];
export type Sketch = Schemas['GallerySketch'];

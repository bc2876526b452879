import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { nodeTypesQuery } from '@/api/queries';
import { useMay } from '@/app/SessionGate';
import { FlowCanvas } from '@/canvas/FlowCanvas';
import { type Flow, type NodeType, readFlow } from '@/flow-model';
import { ErrorState, Skeleton, useDocumentTitle, useMediaQuery } from '@/ui';
import styles from './GalleryFlowScreen.module.css';
import { NeedsList } from './NeedsList';
import { galleryFlowQuery } from './queries';
import { ScenarioList } from './ScenarioList';
import { overlayOf, scenariosOf } from './scenarios';
import { TakeFlow } from './TakeFlow';
import type { GalleryFlowDetail } from './types';

/** `/gallery/:name`: one flow of the gallery on a canvas, with its scenarios, what it needs, and a button that takes it. */
export function GalleryFlowScreen({ name }: { name: string }) {
  const { t } = useLingui();
  const detail = useQuery(galleryFlowQuery(name));
  const types = useQuery(nodeTypesQuery);
  useDocumentTitle(detail.data?.flow.title ?? t`Gallery`);
  const read = useMemo(() => (detail.data ? readFlow(detail.data.definition) : undefined), [detail.data]);
  const failed = [detail, types].find((query) => query.isError && !query.data);
  if (failed) {
    return (
      <>
        <ErrorState page error={failed.error} onRetry={() => void failed.refetch()} />
        <p className={styles.back}>
          <Link href="/gallery">
            <Trans>The whole gallery</Trans>
          </Link>
        </p>
      </>
    );
  }
  if (!detail.data || !types.data || !read || !('flow' in read)) return <Loading />;
  return <Preview detail={detail.data} flow={read.flow} specs={types.data as NodeType[]} />;
}

interface PreviewProps {
  detail: GalleryFlowDetail;
  flow: Flow;
  specs: readonly NodeType[];
}

function Preview({ detail, flow, specs }: PreviewProps) {
  const { t } = useLingui();
  const mayEdit = useMay('editor');
  const rows = useMemo(() => scenariosOf(flow), [flow]);
  const [lit, setLit] = useState<number>();
  const row = lit === undefined ? undefined : rows[lit];
  const overlay = useMemo(() => row && overlayOf(row, flow, specs), [row, flow, specs]);
  const first = useMemo(() => beginningOf(flow), [flow]);
  const narrow = useMediaQuery('(max-width: 820px)');
  return (
    <div className={styles.screen}>
      <section className={styles.panel} aria-label={t`About this flow`}>
        <Link href="/gallery" className={styles.all}>
          <ArrowLeft size={14} aria-hidden="true" />
          <Trans>Gallery</Trans>
        </Link>
        <h1 className={styles.title}>{detail.flow.title}</h1>
        <p className={styles.description}>{detail.flow.description}</p>
        {mayEdit && <TakeFlow detail={detail} />}
        <NeedsList flow={detail.flow} />
        <h2 className={styles.heading}>
          <Plural value={rows.length} one="# scenario" other="# scenarios" />
        </h2>
        <p className={styles.remark}>
          <Trans>What may happen, and what the flow then does. Choose one to see its way.</Trans>
        </p>
        <ScenarioList
          rows={rows}
          chosen={lit}
          onChoose={(index) => setLit(index === lit ? undefined : index)}
        />
      </section>
      <div className={styles.canvas} style={narrow ? { minHeight: 320 } : undefined}>
        <FlowCanvas
          flow={flow}
          specs={specs}
          overlay={overlay}
          focus={first}
          aria-label={t`The flow ${detail.flow.title}`}
        />
      </div>
    </div>
  );
}

/** Of a flow too long to be read as a whole, the nodes to look at first; undefined for shorter ones. */
function beginningOf(flow: Flow): string[] | undefined {
  const left = Math.min(...flow.nodes.map((node) => node.position?.x ?? 0));
  const near = flow.nodes.filter((node) => (node.position?.x ?? 0) - left < readable);
  return near.length < flow.nodes.length ? near.map((node) => node.id) : undefined;
}

/** How many canvas pixels can be read side by side. */
const readable = 2000;

function Loading() {
  return (
    <div className={styles.screen} aria-busy="true">
      <div className={styles.panel}>
        <Skeleton width={80} height={14} />
        <Skeleton width="70%" height={24} />
        <Skeleton height={60} />
        <Skeleton width={140} height={34} radius={6} />
      </div>
      <div className={styles.canvas} />
    </div>
  );
}

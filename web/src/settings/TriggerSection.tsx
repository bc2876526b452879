import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, unwrap } from '@/api/client';
import { nodeTypesQuery } from '@/api/queries';
import { readFlow } from '@/flow-model';
import { declaredInputs } from '@/runs/startInputs';
import { CopyButton, ErrorState, Field, Select, Skeleton } from '@/ui';
import { curlExample } from './curl';
import { Section } from './Section';
import styles from './Settings.module.css';

const publishedFlowsQuery = {
  queryKey: ['flows', 'published-names'],
  queryFn: async () =>
    (
      await unwrap(
        api.GET('/flows', { params: { query: { status: 'published', sort: 'name', limit: 200 } } }),
      )
    ).items,
};

/** Shows the one call that starts a run, ready to paste. */
export function TriggerSection() {
  const flows = useQuery(publishedFlowsQuery);
  const [chosen, setChosen] = useState<string>();
  const flow = flows.data?.find(({ id }) => id === chosen) ?? flows.data?.[0];
  return (
    <Section
      title={t`Start a run from a program`}
      about={
        <Trans>
          One call is all it takes. The whole API is described at{' '}
          <a href="/api/v1/openapi.json">openapi.json</a>.
        </Trans>
      }
    >
      {flows.isError ? (
        <ErrorState error={flows.error} onRetry={() => void flows.refetch()} />
      ) : !flows.data ? (
        <Skeleton height={160} radius={8} />
      ) : flow?.published_version ? (
        <>
          <Field label={t`Flow`}>
            <Select
              value={flow.id}
              onChange={setChosen}
              options={flows.data.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Field>
          <Command flowId={flow.id} version={flow.published_version} />
        </>
      ) : (
        <p className={styles.quiet}>
          <Trans>
            Programs start published flows. <Link href="/flows">Publish one</Link>, and its call appears here.
          </Trans>
        </p>
      )}
    </Section>
  );
}

function Command({ flowId, version }: { flowId: string; version: number }) {
  const types = useQuery(nodeTypesQuery);
  const definition = useQuery({
    queryKey: ['flow-version', flowId, version],
    queryFn: async () =>
      (
        await unwrap(
          api.GET('/flows/{flow_id}/versions/{number}', {
            params: { path: { flow_id: flowId, number: version } },
          }),
        )
      ).definition,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const error = definition.error ?? types.error;
  if (error)
    return (
      <ErrorState
        error={error}
        onRetry={() => {
          void definition.refetch();
          void types.refetch();
        }}
      />
    );
  if (!definition.data || !types.data) return <Skeleton height={160} radius={8} />;
  const read = readFlow(definition.data);
  const entries = new Set(types.data.filter((type) => type.entry).map((type) => type.type));
  const inputs = 'flow' in read ? declaredInputs(read.flow, entries) : [];
  const command = curlExample(window.location.origin, flowId, inputs);
  return (
    <div className={styles.code}>
      <div className={styles.copy}>
        <CopyButton wide text={command} label={t`Copy the command`} />
      </div>
      {/* Wide commands scroll, also by keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable */}
      <pre tabIndex={0}>
        <code>{command}</code>
      </pre>
    </div>
  );
}

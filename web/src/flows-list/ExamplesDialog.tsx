import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { api, unwrap } from '@/api/client';
import { describeError } from '@/api/problem';
import { Dialog, ErrorState, Skeleton, toast } from '@/ui';
import styles from './ExamplesDialog.module.css';
import { type Example, loadExamples } from './examples';

/** Lists the examples; choosing one makes a flow of it and opens it. */
export function ExamplesDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title="Begin with an example"
      description="The flow becomes yours: change what you like, nothing happens until you publish it."
    >
      <Examples />
    </Dialog>
  );
}

function Examples() {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const examples = useQuery({
    queryKey: ['examples'],
    queryFn: loadExamples,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const create = useMutation({
    mutationFn: (example: Example) => unwrap(api.POST('/flows/import', { body: example.definition })),
    onSuccess: (flow) => {
      void queries.invalidateQueries({ queryKey: ['flows'] });
      navigate(`/flows/${flow.id}`);
    },
    onError: (error) => toast({ kind: 'error', ...describeError(error) }),
  });
  if (examples.isError) return <ErrorState error={examples.error} onRetry={() => void examples.refetch()} />;
  if (!examples.data)
    return (
      <div className={styles.list}>
        <Skeleton height={64} radius={8} />
        <Skeleton height={64} radius={8} />
      </div>
    );
  return (
    <ul className={styles.list}>
      {examples.data.map((example) => (
        <li key={example.file}>
          <button
            type="button"
            className={styles.example}
            disabled={create.isPending}
            onClick={() => create.mutate(example)}
          >
            <span className={styles.name}>{example.name}</span>
            <span className={styles.description}>{example.description}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

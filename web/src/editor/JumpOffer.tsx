import { Trans, useLingui } from '@lingui/react/macro';
import { CornerUpLeft } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import {
  configSchema,
  connectByJump,
  jumpLimit,
  jumpType,
  type NodeTypes,
  nodeOf,
  titleOf,
} from '@/flow-model';
import { Button, Input } from '@/ui';
import { useEditor } from './context';
import { exitTitle } from './exitTitle';
import styles from './JumpOffer.module.css';

/** A line that was drawn back to an earlier node, and where on the screen it ended. */
export interface WayBack {
  from: string;
  port: string;
  to: string;
  x: number;
  y: number;
}

/** Offers a Jump where a line would have made a circle, beside the pointer. */
export function JumpOffer({ from, port, to, x, y, onClose }: WayBack & { onClose(): void }) {
  const { t } = useLingui();
  const { store, view, announce } = useEditor();
  const [limit, setLimit] = useState(String(jumpLimit));
  const { flow, types } = store.getState();
  const node = nodeOf(flow, to);
  const target = node ? titleOf(node) : to;
  const times = Number(limit);
  const fits = Number.isInteger(times) && times >= 1 && times <= mostOf(types);
  const insert = (event: FormEvent) => {
    event.preventDefault();
    if (!fits) return;
    onClose();
    const now = store.getState();
    const jump = connectByJump(now.flow, now.types, from, port, to, times);
    if (!jump) return;
    now.perform(jump.operation, t`Jump back`);
    now.select([jump.id]);
    view.focus(jump.id);
    announce(t`${exitTitle(flow, types, { from, port })} goes back to ${target} through a new Jump.`);
  };
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor asChild>
        <span className={styles.anchor} style={{ left: x, top: y }} />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          className={styles.offer}
          side="bottom"
          sideOffset={8}
          collisionPadding={12}
          aria-label={t`Go back to ${target}`}
        >
          <form onSubmit={insert}>
            <p className={styles.title}>
              <CornerUpLeft size={16} aria-hidden="true" />
              <Trans>Go back to “{target}”?</Trans>
            </p>
            <p className={styles.why}>
              <Trans>A line may not lead back. A Jump may, and counts how often it does.</Trans>
            </p>
            <div className={styles.row}>
              <span className={styles.limit}>
                <Trans>At most</Trans>
                <Input
                  inputMode="numeric"
                  aria-label={t`How many times at most`}
                  aria-invalid={fits ? undefined : true}
                  value={limit}
                  onChange={(event) => setLimit(event.target.value)}
                />
                <Trans>times</Trans>
              </span>
              <Button type="submit" variant="primary" size="small" disabled={!fits}>
                <Trans>Insert a Jump</Trans>
              </Button>
            </div>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** How many times a Jump may be set to go back. */
function mostOf(types: NodeTypes): number {
  const type = jumpType(types);
  const field = type?.limit ? configSchema(type).properties?.[type.limit] : undefined;
  return field?.maximum ?? Number.MAX_SAFE_INTEGER;
}

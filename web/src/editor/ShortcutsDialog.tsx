import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { commandGroups } from '@/commands/registry';
import { selectAllCommand } from '@/commands/selection';
import { Dialog } from '@/ui';
import styles from './dialogs.module.css';

/** Keys that belong to the mouse or to the browser rather than to a command. */
const gestures = [{ label: msg`Select several`, keys: msg`Shift + drag` }];

/** Every shortcut of the editor, from the commands themselves. */
export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  const { i18n, t } = useLingui();
  return (
    <Dialog open size="medium" onOpenChange={(open) => !open && onClose()} title={t`Keyboard shortcuts`}>
      {/* Keys have to be able to scroll it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: that is what the focus is for */}
      <section tabIndex={0} aria-label={t`Keyboard shortcuts`} className={styles.scrollable}>
        {commandGroups.map(({ title, commands }) => {
          const rows = commands.flatMap(({ label, shortcut }) =>
            shortcut ? [{ label: i18n._(label), keys: shortcut }] : [],
          );
          if (commands.includes(selectAllCommand))
            rows.push(...gestures.map(({ label, keys }) => ({ label: i18n._(label), keys: i18n._(keys) })));
          const words = i18n._(title);
          return (
            rows.length > 0 && (
              <section key={words} aria-label={words}>
                <h3 className={styles.shortcutGroup}>{words}</h3>
                <dl className={styles.shortcuts}>
                  {rows.map((row) => (
                    <Row key={row.label} {...row} />
                  ))}
                </dl>
              </section>
            )
          );
        })}
      </section>
    </Dialog>
  );
}

function Row({ label, keys }: { label: string; keys: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <kbd>{keys}</kbd>
      </dd>
    </>
  );
}

import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { CircleAlert } from 'lucide-react';
import { channelTypeOf, isObject, type Path, valueAt } from '@/flow-model';
import { classes } from '@/ui';
import { useField, useForm, useProblem } from './form';
import styles from './preview.module.css';
import { smsCount, textLimit } from './segments';
import { mask } from './usePreviews';

interface TextPreviewProps {
  path: Path;
  expression: boolean;
  multiline: boolean;
}

/** What the text gives with the chosen sample, and for the text of a message how long it becomes. */
export function TextPreview({ path, expression, multiline }: TextPreviewProps) {
  const { t } = useLingui();
  const { node, type, previews } = useForm();
  const { value } = useField(path);
  const problem = useProblem(path);
  const text = typeof value === 'string' ? value : '';
  const rendering = expression || text.includes('{{');
  const preview = rendering ? previews?.get(path.join('/')) : undefined;
  const current = preview?.source === text;
  const words = rendering ? (current && !preview.error ? (preview.text ?? '') : undefined) : text;
  const field = String(path.at(-1));
  const owner = valueAt(node.config, path.slice(0, -1));
  const isMessage =
    (field === 'text' || field === 'caption') && isObject(owner) && typeof owner.type === 'string';
  const channelType = isMessage ? channelTypeOf(node, type) : undefined;

  if (text === '' || (!rendering && channelType === undefined)) return null;
  return (
    <div className={styles.preview} aria-busy={rendering && !current}>
      {rendering && preview && !(preview.error && problem) && (
        <output
          className={classes(styles.text, multiline && styles.lines, !current && styles.stale)}
          aria-label={t`Preview`}
        >
          {preview.error ? (
            <span className={styles.error}>
              <CircleAlert size={13} aria-hidden="true" />
              {preview.error.message} {preview.error.hint}
            </span>
          ) : preview.text === '' ? (
            <span className={styles.empty}>
              <Trans>Empty with this sample</Trans>
            </span>
          ) : (
            preview.text
          )}
        </output>
      )}
      {channelType !== undefined && words !== undefined && (
        <Length text={words} channelType={channelType} field={field} />
      )}
    </div>
  );
}

/** How long a message becomes, and what that means on its channel. */
function Length({ text, channelType, field }: { text: string; channelType: string; field: string }) {
  const { t } = useLingui();
  // The mask is no part of the message; digits stand for what it hides.
  const masked = text.includes(mask);
  const counted = text.replaceAll(mask, '0'.repeat(mask.length));
  if (channelType !== 'sms') {
    const limit = textLimit(channelType, field);
    const length = [...counted].length;
    const over = limit !== undefined && length > limit;
    return (
      <p className={classes(styles.length, over && styles.over)}>
        {limit === undefined
          ? plural(length, { one: '# character', other: '# characters' })
          : t`${length} of ${limit} characters`}
        {over && ` · ${t`too long: the channel refuses it`}`}
      </p>
    );
  }
  const count = smsCount(counted);
  const forcing = count.forcing.slice(0, shownCharacters);
  return (
    <>
      <p className={styles.length} data-testid="sms-count">
        {plural(count.characters, { one: '# character', other: '# characters' })} ·{' '}
        {plural(count.segments, { one: '# SMS', other: '# SMS' })} ({count.encoding}) ·{' '}
        {plural(count.left, { one: '# left', other: '# left' })}
        {masked && ` · ${t`secrets counted as ${mask.length} characters`}`}
      </p>
      {forcing.length > 0 && (
        <p className={styles.forcing}>
          <Trans>Fewer characters fit into an SMS because of</Trans>{' '}
          {forcing.map((character) => (
            <code key={character} title={codePoint(character)}>
              {visible(character)}
            </code>
          ))}
          {count.forcing.length > forcing.length && '…'}
        </p>
      )}
    </>
  );
}

const shownCharacters = 8;

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A character that nobody sees is shown by its code. */
function visible(character: string): string {
  return /\p{C}|\p{Z}|\p{M}/u.test(character) ? codePoint(character) : character;
}

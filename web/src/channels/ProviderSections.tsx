import { t } from '@lingui/core/macro';
import { Plural } from '@lingui/react/macro';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { CallbackTrial } from './CallbackTrial';
import type { ChannelForm, Problems } from './form';
import { ProviderFields } from './ProviderFields';
import styles from './ProviderSections.module.css';
import { RequestTrial } from './RequestTrial';
import { type FormSection, filledIn, hasProblem, laidOut } from './sections';
import type { Provider } from './types';

interface ProviderSectionsProps {
  provider: Provider;
  form: ChannelForm;
  /** Names of the credentials that the server has; an empty field keeps them. */
  stored?: readonly string[];
  problems: Problems;
  disabled?: boolean;
  /** The level of the sections' headings. */
  level: 2 | 3;
  onChange(change: Partial<ChannelForm>): void;
}

/** What a provider asks for, laid out as it says. */
export function ProviderSections({ provider, form, level, ...rest }: ProviderSectionsProps) {
  return laidOut(provider, form).map((laid) => (
    // Another provider's sections begin as that one says.
    <SectionOf
      key={`${provider.name} ${laid.section.name}`}
      laid={laid}
      provider={provider}
      form={form}
      level={level}
      {...rest}
    />
  ));
}

interface SectionProps extends ProviderSectionsProps {
  laid: FormSection;
}

function SectionOf({ laid, provider, form, stored = [], problems, disabled, level, onChange }: SectionProps) {
  const { section, fields } = laid;
  const content = (
    <>
      {fields.length > 0 && (
        <ProviderFields
          fields={fields}
          form={form}
          stored={stored}
          problems={problems}
          disabled={disabled ?? false}
          onChange={onChange}
        />
      )}
      {section.trial === 'request' && <RequestTrial form={form} provider={provider} />}
      {section.trial === 'callback' && <CallbackTrial form={form} provider={provider} />}
    </>
  );
  if (!section.folded)
    return (
      <Plain title={section.title} help={section.help} level={level}>
        {content}
      </Plain>
    );
  return (
    <Folded
      title={section.title}
      help={section.help}
      level={level}
      filled={fields.length > 0 ? filledIn(fields, form, stored) : undefined}
      invalid={hasProblem(fields, problems)}
    >
      {content}
    </Folded>
  );
}

interface PartProps {
  title: string;
  help: string;
  level: 2 | 3;
  children: ReactNode;
}

function Plain({ title, help, level, children }: PartProps) {
  const id = useId();
  const Heading = `h${level}` as const;
  return (
    <section className={styles.section} aria-labelledby={id}>
      <Heading id={id} className={styles.title}>
        {title}
      </Heading>
      {help && <p className={styles.help}>{help}</p>}
      {children}
    </section>
  );
}

interface FoldedProps extends PartProps {
  /** How many of its fields are filled in; undefined when there are none. */
  filled: number | undefined;
  invalid: boolean;
}

/** A section that begins closed. What is wrong within opens it, and it stays open while that is mended. */
function Folded({ title, help, level, filled, invalid, children }: FoldedProps) {
  const id = useId();
  const [open, setOpen] = useState(invalid);
  if (invalid && !open) setOpen(true);
  const Heading = `h${level}` as const;
  return (
    <section className={styles.section} aria-labelledby={`${id}-title`}>
      <Heading className={styles.title}>
        <button
          type="button"
          className={styles.fold}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight className={styles.chevron} size={16} aria-hidden="true" />
          <span id={`${id}-title`}>{title}</span>
          {filled !== undefined && (
            <span className={styles.filled}>
              {filled === 0 ? t`Not set` : <Plural value={filled} one="# set" other="# set" />}
            </span>
          )}
        </button>
      </Heading>
      {help && <p className={styles.foldedHelp}>{help}</p>}
      <div id={id} className={styles.within} hidden={!open}>
        {open && children}
      </div>
    </section>
  );
}

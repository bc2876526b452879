import { t } from '@lingui/core/macro';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './Button';
import { toast } from './Toast';

interface CopyButtonProps {
  text: string;
  /** What is copied, such as "Copy the address". */
  label: string;
  /** Shows the label beside the icon. */
  wide?: boolean;
}

/** Copies a text to the clipboard and says so for a moment. */
export function CopyButton({ text, label, wide = false }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Browsers refuse the clipboard on pages that are not secure.
      toast({
        kind: 'error',
        title: t`The browser refused to copy`,
        detail: t`Select the text and copy it yourself.`,
      });
    }
  };
  const icon = copied ? <Check /> : <Copy />;
  return (
    <>
      {wide ? (
        <Button size="small" icon={icon} onClick={copy}>
          {copied ? t`Copied` : label}
        </Button>
      ) : (
        <IconButton label={copied ? t`Copied` : label} size="small" onClick={copy}>
          {icon}
        </IconButton>
      )}
      <span role="status" className="visually-hidden">
        {copied ? t`Copied` : ''}
      </span>
    </>
  );
}

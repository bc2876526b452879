import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Input } from './Input';

interface FilterBoxProps {
  value: string;
  onChange(value: string): void;
  label: string;
  placeholder: string;
  className?: string | undefined;
}

/** How long typing must rest before the server is asked, in milliseconds. */
const restMs = 200;

/** Filters a list as you type, without asking the server for every letter. */
export function FilterBox({ value, onChange, label, placeholder, className }: FilterBoxProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed by other means than typing: back, or "Show all".
  if (value !== known) {
    setKnown(value);
    setText(value);
  }
  useEffect(() => {
    if (text === known) return;
    const timer = setTimeout(() => {
      setKnown(text);
      onChange(text);
    }, restMs);
    return () => clearTimeout(timer);
  });
  return (
    <Input
      className={className ?? ''}
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leading={<Search />}
      maxLength={200}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

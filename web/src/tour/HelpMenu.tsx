import { useLingui } from '@lingui/react/macro';
import { CircleHelp, Compass, LayoutTemplate, RotateCcw } from 'lucide-react';
import { useLocation } from 'wouter';
import { IconButton, Menu } from '@/ui';
import { useTour } from './state';

/** Help, from everywhere: the tour and the gallery. */
export function HelpMenu({ className }: { className?: string | undefined }) {
  const { t } = useLingui();
  const [, navigate] = useLocation();
  const { status, step, start, resume } = useTour();
  const begin = () => {
    start();
    navigate('/gallery');
  };
  return (
    <Menu
      align="start"
      trigger={
        <IconButton label={t`Help`} {...(className ? { className } : {})}>
          <CircleHelp />
        </IconButton>
      }
      items={[
        ...(status === 'dismissed' && step > 0
          ? [{ label: t`Go on with the tour`, icon: <Compass size={16} />, onSelect: resume }]
          : []),
        {
          label: status === 'new' ? t`Take the tour` : t`Take the tour again`,
          icon: status === 'new' ? <Compass size={16} /> : <RotateCcw size={16} />,
          onSelect: begin,
        },
        { label: t`Gallery`, icon: <LayoutTemplate size={16} />, onSelect: () => navigate('/gallery') },
      ]}
    />
  );
}

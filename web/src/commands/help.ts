import { msg } from '@lingui/core/macro';
import { Compass, LayoutTemplate } from 'lucide-react';
import { navigate } from 'wouter/use-browser-location';
import { useTour } from '@/tour/state';
import type { Command } from './command';

export const galleryCommand: Command = {
  id: 'gallery',
  label: msg`Begin with a flow of the gallery`,
  icon: LayoutTemplate,
  perform: () => navigate('/gallery'),
};

export const tourCommand: Command = {
  id: 'tour',
  label: msg`Take the tour`,
  icon: Compass,
  perform: () => {
    useTour.getState().start();
    navigate('/gallery');
  },
};

import { msg, t } from '@lingui/core/macro';
import { FlaskConical, ListChecks, Play, SkipForward, StepBack, TimerOff } from 'lucide-react';
import { type Command, type CommandContext, plain } from './command';

const key = (wanted: string) => (event: KeyboardEvent) => plain(event) && event.key === wanted;

export const tryCommand: Command = {
  id: 'try',
  label: msg`Try`,
  icon: FlaskConical,
  shortcut: 'T',
  keyTest: key('t'),
  edits: true,
  perform: ({ trial }) => {
    const { place, open, close } = trial.getState();
    if (place === 'try') close();
    else open('try');
  },
};

export const runScenariosCommand: Command = {
  id: 'run-scenarios',
  label: msg`Run scenarios`,
  icon: ListChecks,
  shortcut: 'Shift+T',
  keyTest: key('T'),
  edits: true,
  perform: async ({ trial, announce }) => {
    trial.getState().open('scenarios');
    const report = await trial.getState().test();
    if (report) announce(t`${report.passed} passed, ${report.failed} failed.`);
  },
};

/** Does it while a try is on the screen; else says that there is none. */
function duringTry(task: (context: CommandContext) => void): Command['perform'] {
  return (context) => {
    const { place, session } = context.trial.getState();
    if (place === 'try' && session) task(context);
    else context.announce(t`Nothing is being tried. Press T to try the flow.`);
  };
}

export const playCommand: Command = {
  id: 'try-play',
  label: msg`Play or pause the try`,
  icon: Play,
  shortcut: 'P',
  keyTest: key('p'),
  edits: true,
  perform: duringTry(({ trial }) => {
    const { playing, play, pause } = trial.getState();
    if (playing) pause();
    else play();
  }),
};

export const skipCommand: Command = {
  id: 'try-skip',
  label: msg`Skip to next timer`,
  icon: SkipForward,
  shortcut: '.',
  keyTest: key('.'),
  edits: true,
  perform: duringTry(({ trial }) => trial.getState().skip()),
};

export const timeOutCommand: Command = {
  id: 'try-timeout',
  label: msg`Time out now`,
  icon: TimerOff,
  shortcut: '>',
  keyTest: key('>'),
  edits: true,
  perform: duringTry(({ trial }) => trial.getState().timeOut()),
};

export const backCommand: Command = {
  id: 'try-back',
  label: msg`Take one step of the try back`,
  icon: StepBack,
  shortcut: ',',
  keyTest: key(','),
  edits: true,
  perform: duringTry(({ trial }) => trial.getState().back()),
};

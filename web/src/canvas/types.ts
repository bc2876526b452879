import { JumpLine, Line } from './Line';
import { NodeCard } from './NodeCard';
import { NoteCard } from './NoteCard';

// One object each for the whole life of the app: React Flow mounts everything anew when these change.
export const nodeTypes = { card: NodeCard, note: NoteCard };
export const edgeTypes = { line: Line, jump: JumpLine };

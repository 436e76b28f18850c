import { behavesAsViewer } from './behaves.ts';
import { heavyViewer } from './heavy.ts';

behavesAsViewer(heavyViewer('marimo'));

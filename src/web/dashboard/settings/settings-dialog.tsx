import { useState } from 'preact/hooks';
import type { Failure, Settings, SettingsChange } from '../../../hub/api/contract.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { DialogForm } from '../../kit/dialog-form.tsx';
import { Segmented, Select, TextField } from '../../kit/field.tsx';
import { call, failureFrom } from '../api/call.ts';
import { hub } from '../state/hub.ts';
import { portProblem, secondsProblem } from './read-settings.ts';
import styles from './settings-dialog.module.css';

/** What porthole keeps for this user: the theme at once, the rest once it is saved. */
export const SettingsDialog = (props: {
  readonly settings: Settings;
  readonly onClose: () => void;
}) => {
  const [port, setPort] = useState(String(props.settings.port));
  const [graceS, setGrace] = useState(String(props.settings.graceS));
  const [browser, setBrowser] = useState(props.settings.browser);
  const [failure, setFailure] = useState<Failure | null>(null);
  const errors = { port: portProblem(port), graceS: secondsProblem(graceS) };
  const theme = hub.value?.settings.theme ?? props.settings.theme;
  const change = async (body: SettingsChange): Promise<boolean> => {
    try {
      await call('PATCH /api/settings', { body });
      return true;
    } catch (error) {
      setFailure(failureFrom(error));
      return false;
    }
  };
  const save = async (): Promise<void> => {
    if (errors.port !== null || errors.graceS !== null) return;
    const body = { port: Number(port), graceS: Number(graceS), browser };
    if (await change(body)) props.onClose();
  };
  return (
    <Dialog
      title="Settings"
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button variant="primary" onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <DialogForm onSubmit={() => void save()} failure={failure}>
        <div class={styles.theme}>
          <span class={styles.label} aria-hidden="true">
            Theme
          </span>
          <Segmented
            label="Theme"
            value={theme}
            options={[
              { value: 'system', label: 'As the system' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
            onChange={(value) => void change({ theme: value })}
          />
        </div>
        <TextField
          label="Port of this dashboard"
          value={port}
          onInput={setPort}
          error={errors.port}
          hint="From its next start on"
        />
        <Select
          label="Browser that a terminal opens"
          value={browser}
          options={BROWSERS}
          onChange={setBrowser}
        />
        <TextField
          label="Grace time, seconds"
          value={graceS}
          onInput={setGrace}
          error={errors.graceS}
          hint="How long a viewer lives on when this machine is gone"
        />
      </DialogForm>
    </Dialog>
  );
};

const BROWSERS: ReadonlyArray<{ readonly value: Settings['browser']; readonly label: string }> = [
  { value: 'default', label: 'The default one' },
  { value: 'chrome', label: 'Chrome' },
  { value: 'edge', label: 'Edge' },
  { value: 'firefox', label: 'Firefox' },
  { value: 'none', label: 'None' },
];

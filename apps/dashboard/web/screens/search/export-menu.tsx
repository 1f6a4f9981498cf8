import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { search as calls, type SearchQuery } from '../../api/calls.js';
import { sayDone, sayFailed } from '../../ui/undo.js';
import classes from './export-menu.module.css';

const formats = [
  { format: 'csv', label: 'CSV', text: 'A line for each person, for a spreadsheet', holds: 'tracks' },
  { format: 'json', label: 'JSON', text: 'An object for each person', holds: 'tracks' },
  { format: 'posetrack', label: 'PoseTrack', text: 'All joints with tracks', holds: 'poses' },
  { format: 'coco', label: 'COCO results', text: 'All joints, picture by picture', holds: 'poses' },
  { format: 'mot', label: 'MOT', text: 'All boxes with tracks', holds: 'poses' },
] as const;

/** Saves everybody who matches as a file. Formats with poses hold one camera. */
export function ExportMenu({ query }: { readonly query: SearchQuery }) {
  const [isBusy, setBusy] = useState(false);
  const isOneCamera = query.cameraId !== undefined;
  const save = (format: (typeof formats)[number]['format']): void => {
    setBusy(true);
    calls
      .export({ ...query, format })
      .then(({ blob, name }) => {
        saveBlob(blob, name);
        sayDone(`${name} is saved.`);
      })
      .catch((error: unknown) => {
        sayFailed('Nothing was exported', error);
      })
      .finally(() => {
        setBusy(false);
      });
  };
  return (
    <Menu position="bottom-end" width={290} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button leftSection={<IconDownload size={16} aria-hidden />} loading={isBusy}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label, text, holds }) => {
          const isOff = holds === 'poses' && !isOneCamera;
          return (
            <Menu.Item
              key={format}
              disabled={isOff}
              onClick={() => {
                save(format);
              }}
            >
              <span className={classes.format}>{label}</span>
              <span className={classes.text}>{isOff ? 'Choose one camera or video first' : text}</span>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}

import { Button, FileButton } from '@mantine/core';
import { IconFile } from '@tabler/icons-react';
import { useState } from 'react';
import { models as calls } from '../../api/calls.js';
import { keys, useRefresh } from '../../api/queries.js';
import { sendFile } from '../../api/send-file.js';
import type { Model } from '../../api/types.js';
import { sayDone, sayFailed } from '../../ui/undo.js';

/** Installs a model from a file that the person has. */
export function GiveFile({ model, file }: { readonly model: Model; readonly file: NonNullable<Model['file']> }) {
  const [percent, setPercent] = useState<number | null>(null);
  const refresh = useRefresh();
  const settle = (): void => {
    setPercent(null);
    refresh(keys.models);
  };
  return (
    <FileButton
      accept=".onnx"
      inputProps={{ 'aria-label': `File of ${model.title}` }}
      onChange={(given) => {
        if (given === null) return;
        setPercent(0);
        sendFile(calls.fileUrl(model.id), given, {
          progress: (sentBytes) => {
            setPercent((sentBytes / given.size) * 100);
          },
          done: () => {
            sayDone(`${model.title} is installed.`);
            settle();
          },
          failed: (problem) => {
            sayFailed(`${given.name} was not taken`, new Error(problem));
            settle();
          },
        });
      }}
    >
      {(props) => (
        <Button
          {...props}
          size="compact-sm"
          loading={percent !== null}
          leftSection={<IconFile size={15} aria-hidden />}
          title={file.name}
          aria-label={`Give the file of ${model.title}`}
        >
          Give the file
        </Button>
      )}
    </FileButton>
  );
}

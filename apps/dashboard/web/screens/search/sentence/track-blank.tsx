import { TextInput } from '@mantine/core';
import { useState } from 'react';
import classes from './filter-sentence.module.css';
import type { SentenceProps } from './sentence-words.js';

const trackName = /([\w.-]+\/\d{1,10}\/\d{1,10})\/?(?:\?.*)?$/;

/** One person, by the name of their track or the address of their page. */
export function TrackBlank({ search, onChange }: SentenceProps) {
  const { track } = search;
  const [text, setText] = useState(track ?? '');
  const [isWrong, setWrong] = useState(false);
  const take = (): void => {
    const named = trackName.exec(text.trim())?.at(1);
    setWrong(text.trim() !== '' && named === undefined);
    if (text.trim() === '' && track !== undefined) onChange({ ...search, track: undefined });
    if (named !== undefined && named !== track) onChange({ ...search, track: named });
  };
  return (
    <TextInput
      className={classes.blank}
      data-set={track !== undefined || undefined}
      style={{ '--blank-ch': Math.max(8, track?.length ?? text.length) }}
      aria-label="Track"
      placeholder="anybody"
      value={text}
      error={isWrong && 'CAMERA/EPOCH/NUMBER, or the address of a person'}
      onChange={(event) => {
        setText(event.currentTarget.value);
        setWrong(false);
      }}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
      }}
    />
  );
}

package dev.wharf.core.types;

/** Which part of a date such as 01/02/03 is which: the setting DateStyle's second word. */
public enum DateOrder { MDY, DMY, YMD }

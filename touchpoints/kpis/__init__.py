"""The figures: a catalogue of KPIs per journey phase, measurements, rollups, targets, alarms."""
